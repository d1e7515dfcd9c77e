// Who publishes the extension, and the addresses that follow from it. One place says so: `publisher` and `repository` of
// vss-extension.json, which scripts/package can replace for one build. Without a repository's address the links lead to the
// extension's own page in the Marketplace.

/** @typedef {{publisher: string, extension: string, version: string, repository?: string}} Identity */

/** @returns {Identity} Throws for a name or an address that the Marketplace would refuse. */
export function identity(manifest, version, { publisher, repository } = {}) {
  const known = { publisher: publisher || manifest.publisher, extension: manifest.id, version };
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(known.publisher)) {
    throw new Error(`"${known.publisher}" is no publisher's id; it has letters, digits and hyphens`);
  }
  const address = repository || manifest.repository?.uri;
  if (!address) return known;
  if (!/^https:\/\/[^/\s]+\/\S+[^/\s]$/.test(address)) {
    throw new Error(`"${address}" is no repository's address; write https://host/path, without a slash at the end`);
  }
  return { ...known, repository: address };
}

/** The extension's page in the Marketplace. @param {Identity} known */
export function itemPage(known) {
  return `https://marketplace.visualstudio.com/items?itemName=${known.publisher}.${known.extension}`;
}

/** A file of the repository at the released version, in the browser; undefined without a repository. @param {Identity} known */
export function filePage(known, file) {
  if (!known.repository) return undefined;
  if (known.repository.includes('/_git/')) return `${known.repository}?path=/${file}&version=GTv${known.version}`;
  return `${known.repository}/blob/v${known.version}/${file}`;
}

/** The manifest's links and repository. @param {Identity} known */
export function manifestLinks(known) {
  const page = itemPage(known);
  if (!known.repository) {
    return {
      links: {
        getstarted: { uri: page },
        support: { uri: `${page}&ssr=false#qna` },
        license: { uri: `https://marketplace.visualstudio.com/items/${known.publisher}.${known.extension}/license` },
      },
      customerQnASupport: { enablemarketplaceqna: true },
    };
  }
  const issues = known.repository.includes('/_git/') ? page : `${known.repository}/issues`;
  return {
    links: {
      getstarted: { uri: filePage(known, 'README.md') },
      learn: { uri: filePage(known, 'docs/README.md') },
      support: { uri: issues },
      issues: { uri: issues },
      license: { uri: filePage(known, 'LICENSE') },
      repository: { uri: known.repository },
    },
    repository: { type: 'git', uri: known.repository },
    customerQnASupport: { enablemarketplaceqna: true },
  };
}

/** A page for the Marketplace: links to files of the repository become whole addresses, or plain text where there is none;
 * images stay, since they are in the package. @param {Identity} known */
export function marketplacePage(markdown, known) {
  return markdown.replace(/(?<!!)\[([^\]]+)\]\((?!https:|#)([^)#]+)(#[^)]*)?\)/g, (whole, text, file, section = '') => {
    const address = filePage(known, file);
    return address ? `[${text}](${address}${section})` : text;
  });
}
