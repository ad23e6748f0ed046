import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { faultsOf, type Outcome } from './outcome.ts';

const sound: Outcome = {
  inGraph: new Map([
    ['a', 1],
    ['b', 1],
  ]),
  workflows: new Map([
    ['a', 1],
    ['b', 1],
  ]),
  uncompleted: 0,
};

function faults(found: Partial<Outcome>): string {
  return faultsOf(['a', 'b'], { ...sound, ...found }).join('; ');
}

suite('cluster › what a run came to', () => {
  test('is without fault where each is once in the graph and has one workflow', () => {
    assert.equal(faults({}), '');
  });

  test('tells what is lost, doubled, nobody’s or not done', () => {
    assert.match(faults({ inGraph: new Map([['a', 1]]) }), /^1 acknowledged .* in the graph/);
    assert.match(
      faults({
        inGraph: new Map([
          ['a', 2],
          ['b', 1],
        ]),
      }),
      /^1 acknowledged .* in the graph$/,
    );
    assert.match(
      faults({
        workflows: new Map([
          ['a', 2],
          ['b', 1],
        ]),
      }),
      /^1 acknowledged .* one workflow$/,
    );
    assert.match(faults({ inGraph: new Map([...sound.inGraph, ['c', 1]]) }), /^1 deliveries .* nobody sent$/);
    assert.match(faults({ uncompleted: 3 }), /^3 workflows have not completed$/);
  });
});
