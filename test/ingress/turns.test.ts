import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../support/eventually.ts';
import { Turns } from '../../src/ingress/turns.ts';

/** Asks for turns, and notes who begins in which turn of the event loop. */
class Course {
  readonly begun: string[][] = [[]];
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  ask(provider: string, count: number): void {
    for (let n = 0; n < count; n += 1) {
      void this.#turns.take(provider).then(() => this.begun.at(-1)?.push(provider));
    }
  }

  /** @returns how many of each began in each turn until then */
  async run(turns: number): Promise<Record<string, number>[]> {
    for (let turn = 0; turn < turns; turn += 1) {
      await nextTurn();
      this.begun.push([]);
    }
    return this.begun.slice(0, turns).map((names) => {
      const counts: Record<string, number> = {};
      for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
      return counts;
    });
  }
}

suite('turns', () => {
  test('of a provider that is alone all requests begin at once', async () => {
    const course = new Course(new Turns());
    course.ask('loud', 50);
    assert.deepEqual(await course.run(1), [{ loud: 50 }]);
  });

  test('beside another one few begin in a turn, and the other does not wait behind them', async () => {
    const course = new Course(new Turns(() => 0));
    course.ask('quiet', 1);
    course.ask('loud', 10);
    course.ask('quiet', 1);
    // Four at once, and four when their turn has ended; of the other none waits.
    assert.deepEqual(await course.run(3), [{ quiet: 2, loud: 8 }, { loud: 2 }, {}]);
  });

  test('beside one that has none waiting a flood rests after each of its requests, and the other is begun meanwhile', async () => {
    let now = 0;
    const course = new Course(new Turns(() => (now += 5)));
    course.ask('quiet', 1);
    course.ask('loud', 8);
    await course.run(3);
    assert.deepEqual(course.begun.flat(), ['quiet', 'loud', 'loud', 'loud', 'loud'], 'it rests');
    course.ask('quiet', 1);
    await course.run(1);
    assert.equal(course.begun.flat().at(-1), 'quiet');
    await eventually(async () => assert.equal(course.begun.flat().length, 10));
  });

  test('none of the flood waits for long: then it is served as quickly as beside other floods', async () => {
    let now = 0;
    const course = new Course(new Turns(() => now));
    course.ask('quiet', 1);
    course.ask('loud', 12);
    now = 251; // and so long is the turn
    assert.deepEqual(await course.run(3), [{ quiet: 1, loud: 8 }, { loud: 4 }, {}]);
  });

  test('of several that flood each gets its share of every turn', async () => {
    const course = new Course(new Turns(() => 0));
    course.ask('a', 1);
    course.ask('b', 1);
    course.ask('a', 20);
    course.ask('b', 20);
    const turns = await course.run(8);
    for (const turn of turns.slice(1)) assert.deepEqual(turn, { a: 2, b: 2 });
  });

  test('a while after the other’s last request the one is alone again', async () => {
    let now = 0;
    const course = new Course(new Turns(() => now));
    course.ask('quiet', 1);
    now = 10_000;
    course.ask('loud', 50);
    assert.deepEqual(await course.run(1), [{ quiet: 1, loud: 50 }]);
  });

  test('after a turn in which the process stood still nobody waits longer than is patient', async () => {
    let now = 0;
    const course = new Course(new Turns(() => now));
    course.ask('quiet', 1);
    course.ask('loud', 1);
    now = 3000;
    course.ask('quiet', 1);
    course.ask('loud', 8);
    await course.run(1);
    await sleep(500);
    await course.run(3);
    assert.equal(course.begun.flat().length, 11);
  });

  test('who begins while nobody waits does not keep those after it waiting for ever', async () => {
    let now = 0;
    const course = new Course(new Turns(() => (now += 1)));
    course.ask('quiet', 1);
    course.ask('other', 1);
    await course.run(1); // its turn was slow: where somebody waited, there would be a rest now
    course.ask('other', 4);
    await sleep(50);
    course.ask('other', 1);
    await course.run(2);
    assert.equal(course.begun.flat().length, 7);
  });

  test('whoever asks, and whenever, begins', async () => {
    const asking = fc.record({
      provider: fc.constantFrom('a', 'b', 'b'),
      count: fc.integer({ min: 1, max: 5 }),
      waitMs: fc.constantFrom(0, 0, 30),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(asking, { minLength: 1, maxLength: 10 }), async (askings) => {
        let now = 0; // each turn is long enough for a rest after it
        const course = new Course(new Turns(() => (now += 1)));
        for (const { provider, count, waitMs } of askings) {
          course.ask(provider, count);
          await (waitMs === 0 ? nextTurn() : sleep(waitMs));
        }
        const asked = askings.reduce((sum, { count }) => sum + count, 0);
        await eventually(async () => assert.equal(course.begun.flat().length, asked), 2000);
      }),
      { numRuns: 100 },
    );
  });

  test('who comes while others wait does not overtake them', async () => {
    const turns = new Turns(() => 0);
    const begun: number[] = [];
    void turns.take('quiet');
    for (let n = 0; n < 6; n += 1) void turns.take('loud').then(() => begun.push(n));
    await nextTurn();
    void turns.take('loud').then(() => begun.push(6));
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6]);
  });
});
