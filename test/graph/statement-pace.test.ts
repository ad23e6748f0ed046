import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StatementPace } from '../../src/graph/ladybug/statement-pace.ts';

suite('pace of statements', () => {
  test('one that is not known is taken for quick', () => {
    assert.equal(new StatementPace().isQuick('RETURN 1'), true);
  });

  test('one that took long is waited for a while, and then tried again; others are not', () => {
    const pace = new StatementPace();
    pace.took('slow', 50);
    pace.took('quick', 0.2);
    assert.equal(pace.isQuick('quick'), true);
    let waited = 0;
    while (!pace.isQuick('slow')) waited += 1;
    assert.ok(waited > 10 && waited < 1000, `${waited} times`);
    pace.took('slow', 0.2);
    assert.equal(pace.isQuick('slow'), true, 'it is quick again');
  });

  test('others have a turn now and then, and not for each statement', async () => {
    const pace = new StatementPace();
    let others = 0;
    const counting = setInterval(() => (others += 1), 0);
    const began = performance.now();
    let statements = 0;
    for (; performance.now() - began < 200; statements += 1) await pace.turn();
    clearInterval(counting);
    assert.ok(others > 2, 'others had their turns');
    assert.ok(statements > others * 10, `${statements} statements in ${others} turns`);
  });
});
