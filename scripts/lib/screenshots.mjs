// Cuts what the Marketplace page shows out of the pages that runs of pipeline-run left: pages/<picture>.html, each with its height
// as its title, for the browser's window.
//
//   node screenshots.mjs DATA

import fs from 'node:fs';
import path from 'node:path';

const data = process.argv[2];

/** The parts of a run's page: its style, what stands before the first summary, and the summaries. */
function readRun(name) {
  const html = fs.readFileSync(path.join(data, name, 'summary.html'), 'utf8');
  const style = html.match(/<style>(.*?)<\/style>/s)[1];
  const body = html.match(/<body>(.*)<\/body>/s)[1];
  const sections = [...body.matchAll(/<section>.*?<\/section>/gs)].map((match) => match[0]);
  if (sections.length === 0) throw new Error(`the run "${name}" has no summaries`);
  return { style, stages: body.slice(0, body.indexOf('<section>')), sections };
}

function lastOf(run, title) {
  const found = run.sections.filter((section) => section.includes(title)).at(-1);
  if (!found) throw new Error(`no summary says "${title}"`);
  return found;
}

function write(name, style, content) {
  const page = `<!doctype html><html><head><meta charset="utf-8"><title>0</title><style>${style}
body{max-width:none;margin:0;padding:1rem 1.5rem}body>:first-child,section>:first-child{margin-top:0}</style></head><body>${content}
<script>document.title=Math.ceil(document.documentElement.getBoundingClientRect().height)</script></body></html>`;
  fs.mkdirSync(path.join(data, 'pages'), { recursive: true });
  fs.writeFileSync(path.join(data, 'pages', `${name}.html`), page);
}

const second = readRun('second');
const worse = readRun('worse');
write('gate-stops-a-worse-model', worse.style, lastOf(worse, 'Quality gate'));
write('deployment', second.style, lastOf(second, 'Deployed and serving'));
write('run', second.style, second.stages.replace(/<h2>Artifacts.*$/s, '').replaceAll('<details>', '<details open>'));
