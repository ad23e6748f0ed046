import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { withinBytes } from '../../workflows/within-bytes.ts';

suite('texts within a number of bytes', () => {
  for (const [what, text] of [
    ['ASCII', 'github:issue:444500041'],
    ['two bytes each', 'ключ'],
    ['three bytes each', '键'.repeat(20)],
    ['four bytes each', '🔑🔑'],
    ['what JSON escapes', 'a"b\\c\n'],
  ] as const)
    test(`${what}: as many as fit, and none more`, () => {
      const texts = Array.from({ length: 500 }, () => text);
      const kept = withinBytes(texts, 1500);
      const bytes = (count: number): number => Buffer.byteLength(JSON.stringify(texts.slice(0, count))) - 1;
      assert.ok(bytes(kept.length) <= 1500);
      assert.ok(bytes(kept.length + 1) > 1500);
    });
});
