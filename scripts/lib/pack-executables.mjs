// Replaces each executable of the staged tasks by its brotli stream, which tasks/common/prepare.js unpacks at a task's first
// start: a quarter smaller than the package's own compression, so that all platforms fit into one package.
//
//     pack-executables.mjs STAGE

import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const { absolute, relative } = createRequire(import.meta.url)('../../tasks/common/branches.js');
const compress = promisify(zlib.brotliCompress);
const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;

const below = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : []);

/** tasks/<task>/bin/<platform>/<executable> */
function executables(stage) {
  return below(path.join(stage, 'tasks')).flatMap((task) => below(path.join(task, 'bin'))).flatMap(below);
}

async function pack(file) {
  const content = fs.readFileSync(file);
  const architecture = path.basename(path.dirname(file)).split('-').pop();
  const packed = await compress(absolute(Buffer.from(content), architecture), {
    params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  if (!relative(zlib.brotliDecompressSync(packed), architecture).equals(content)) {
    throw new Error(`${file} is not the same after it was unpacked.`);
  }
  fs.writeFileSync(`${file}.br`, packed);
  fs.rmSync(file);
}

const left = executables(process.argv[2]);
await Promise.all(os.cpus().map(async () => {
  for (let file = left.pop(); file; file = left.pop()) {
    await pack(file);
  }
}));
