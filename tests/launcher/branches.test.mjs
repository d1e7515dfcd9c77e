import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { repository } from './support.mjs';

const { absolute, relative } = createRequire(import.meta.url)(path.join(repository, 'tasks', 'common', 'branches.js'));

const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('writes the place that a call of an x64 processor goes to, the same for each call of a function', () => {
  // At 0 and at 5: call 0x0a; its distance counts from the end of the instruction, the place from its operand.
  const code = hex('e8 05000000  e8 00000000  c3 90 90 90 90');
  assert.deepEqual(absolute(Buffer.from(code), 'x64'), hex('e8 06000000  e8 06000000  c3 90 90 90 90'));
});

test('leaves what is no distance within the file as it is', () => {
  const code = hex('e8 00000070  e9 ffffff80  e8 01');
  assert.deepEqual(absolute(Buffer.from(code), 'x64'), code);
});

test('writes the place of a call of an arm64 processor, and no other instruction', () => {
  const code = hex('01000094  00000094  1f2003d5  ffffff97');  // bl +4, bl 0, nop, bl -4
  assert.deepEqual(absolute(Buffer.from(code), 'arm64'), hex('01000094  01000094  1f2003d5  02000094'));
});

test('changes nothing for another processor', () => {
  const code = hex('e8 05000000 01000094');
  assert.deepEqual(absolute(Buffer.from(code), 'ia32'), code);
});

for (const architecture of ['x64', 'arm64']) {
  test(`finds the way back from any bytes (${architecture})`, () => {
    const bytes = [0xE8, 0xE9, 0x94, 0x97, 0x00, 0xFF, 0x80];
    let state = 1;
    const next = () => { state = (state * 1103515245 + 12345) % 2 ** 31; return state >> 8; };
    for (let length = 0; length < 500; ++length) {
      const content = Buffer.from({ length }, () => (next() % 2 ? bytes[next() % bytes.length] : next() % 256));
      assert.deepEqual(relative(absolute(Buffer.from(content), architecture), architecture), content);
    }
  });

  test(`finds the way back to a real program (${architecture})`, () => {
    const content = fs.readFileSync(process.execPath).subarray(0, 8_000_003);
    const there = absolute(Buffer.from(content), architecture);
    assert.ok(!there.equals(content));
    assert.ok(relative(there, architecture).equals(content));
  });
}
