// The few questions the quick start asks Azure ML itself, over the service connection the tasks use.

const API_VERSION = '2024-10-01';
const TIMEOUT = 30_000;

/** The connection as {url, authority, tenant, client, secret, subscription}, from its ENDPOINT_* variables. */
export function connectionOf(variables) {
  const id = variables.MLOPS_EMULATOR_CONNECTION;
  const upper = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name.toUpperCase(), value]));
  const find = (...names) => names.map((name) => upper[name.toUpperCase()]).find(Boolean);
  const parameter = (name) => find(`ENDPOINT_AUTH_PARAMETER_${id}_${name}`);
  const data = (...names) => find(...names.map((name) => `ENDPOINT_DATA_${id}_${name}`));
  const withSlash = (url) => url.replace(/\/*$/, '/');
  return {
    url: withSlash(find(`ENDPOINT_URL_${id}`)),
    authority: withSlash(data('ACTIVEDIRECTORYAUTHORITY', 'ENVIRONMENTAUTHORITYURL')),
    tenant: parameter('TENANTID'),
    client: parameter('SERVICEPRINCIPALID'),
    secret: parameter('SERVICEPRINCIPALKEY'),
    subscription: data('SUBSCRIPTIONID'),
  };
}

async function answerOf(response, what) {
  if (!response.ok) {
    throw new Error(`${what}: status ${response.status} ${(await response.text()).slice(0, 200)}`);
  }
  return response.json();
}

/** Name and version in an id such as .../models/breast-cancer/versions/3. */
export function modelOf(id = '') {
  const match = /models[/:]([^/:]+)(?:\/versions\/|:)([^/]+)$/i.exec(id);
  return match ? { name: match[1], version: match[2] } : undefined;
}

export class Workspace {
  #connection;
  #root;
  #token;

  constructor(connection, resourceGroup, name) {
    this.#connection = connection;
    this.#root = `${connection.url}subscriptions/${connection.subscription}/resourceGroups/${resourceGroup}`
      + `/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
  }

  async #bearer() {
    const { authority, tenant, client, secret, url } = this.#connection;
    this.#token ??= fetch(`${authority}${tenant}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials', client_id: client, client_secret: secret, scope: `${url}.default`,
      }),
      signal: AbortSignal.timeout(TIMEOUT),
    }).then((response) => answerOf(response, 'sign-in'));
    return (await this.#token).access_token;
  }

  /** The answer as an object; undefined when there is no such resource. */
  async #ask(path, method = 'GET') {
    const response = await fetch(`${this.#root}/${path}?api-version=${API_VERSION}`, {
      method, headers: { Authorization: `Bearer ${await this.#bearer()}` }, signal: AbortSignal.timeout(TIMEOUT),
    });
    return response.status === 404 ? undefined : answerOf(response, `${method} ${path}`);
  }

  /** What answers the endpoint's requests: {deployment, traffic, model: {name, version}}, or undefined for nothing. */
  async serving(endpoint) {
    const found = await this.#ask(`onlineEndpoints/${endpoint}`);
    const [most] = Object.entries(found?.properties?.traffic ?? {}).sort(([, a], [, b]) => b - a);
    if (!most?.[1]) {
      return undefined;
    }
    const [deployment, traffic] = most;
    const { properties } = await this.#ask(`onlineEndpoints/${endpoint}/deployments/${deployment}`) ?? {};
    const model = properties?.model;
    return { deployment, traffic, model: modelOf(typeof model === 'object' ? model?.assetId : model) };
  }

  async primaryKey(endpoint) {
    return (await this.#ask(`onlineEndpoints/${endpoint}/listKeys`, 'POST'))?.primaryKey;
  }
}

/** Sends a request to a scoring address; the answer as an object. */
export async function score(uri, key, body) {
  const response = await fetch(uri, {
    method: 'POST', body, headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(TIMEOUT),
  });
  return answerOf(response, `POST ${uri}`);
}
