import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { suite, test, type TestContext } from 'node:test';
import { GraphRejectedError, GraphUnavailableError } from '../../src/errors.ts';
import { GroupCommit } from '../../src/graph/group-commit.ts';

interface Item {
  readonly key: string;
  readonly poison?: boolean;
}

function recording(fail?: (items: readonly Item[]) => void) {
  const groups: (readonly Item[])[] = [];
  const now = { ms: 0 };
  const group = new GroupCommit<Item, string>({
    keyOf: ({ key }) => key,
    senderOf: ({ key }) => /^\w+(?= )/.exec(key)?.[0] ?? '',
    clock: () => now.ms,
    commit: async (items) => {
      groups.push(items);
      fail?.(items);
      await new Promise(setImmediate);
      return items.map(({ key }) => `did ${key}`);
    },
  });
  return { group, groups, now };
}

function submitterTo(group: GroupCommit<Item, string>) {
  const submitted: Promise<string>[] = [];
  const submit = (...keys: string[]): void =>
    void submitted.push(...keys.map(async (key) => await group.submit({ key })));
  return { submit, submitted };
}

/** The time at which the writer looks what it waits for. */
class Time {
  readonly #timers: TestContext['mock']['timers'];
  readonly #now: { ms: number };

  constructor(t: TestContext, now: { ms: number }) {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    this.#timers = t.mock.timers;
    this.#now = now;
  }

  async pass(ms: number): Promise<void> {
    this.#now.ms += ms;
    this.#timers.tick(ms);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  }
}

suite('graph › group commit', () => {
  test('500 items that come at once share a few transactions, the first of them small, and each gets its own answer', async () => {
    const { group, groups } = recording();
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}`);
    const answers = await Promise.all(keys.map(async (key) => await group.submit({ key })));
    assert.deepEqual(
      answers,
      keys.map((key) => `did ${key}`),
    );
    assert.deepEqual(
      groups.map(({ length }) => length),
      [2, 4, 8, 16, 32, 64, 128, 200, 46],
    );
  });

  test('what comes while one runs goes into the next', async () => {
    const { group, groups } = recording();
    const first = group.submit({ key: 'a' });
    await new Promise((resolve) => {
      process.nextTick(resolve);
    });
    await Promise.all([first, group.submit({ key: 'b' }), group.submit({ key: 'c' })]);
    assert.deepEqual(
      groups.map((items) => items.map(({ key }) => key)),
      [['a'], ['b', 'c']],
    );
  });

  test('one who submits a lot is waited for until nothing more comes, and not for ever', async (t) => {
    const { group, groups, now } = recording();
    const time = new Time(t, now);
    const { submit, submitted } = submitterTo(group);
    submit('loud 1', 'loud 2');
    await time.pass(0);
    submit('loud 3');
    await time.pass(99);
    assert.equal(groups.length, 1, 'more of it may come');
    submit('loud 4');
    await time.pass(99);
    submit('loud 5');
    await time.pass(51);
    assert.equal(groups.length, 1);
    await time.pass(1);
    submit('loud 6');
    await time.pass(100);
    await Promise.all(submitted);
    assert.deepEqual(
      groups.map((items) => items.map(({ key }) => key)),
      [['loud 1', 'loud 2'], ['loud 3', 'loud 4', 'loud 5'], ['loud 6']],
    );
  });

  test('while one is waited for, another’s is written at once, and never together with it', async (t) => {
    const { group, groups, now } = recording();
    const time = new Time(t, now);
    const { submit, submitted } = submitterTo(group);
    submit('loud 1', 'loud 2');
    await time.pass(0);
    for (let n = 0; n < 3; n += 1) {
      submit(`loud ${n + 3}`, `quiet ${n}`);
      await time.pass(20);
    }
    await time.pass(100);
    await Promise.all(submitted);
    assert.deepEqual(
      groups.map((items) => items.map(({ key }) => key)),
      [['loud 1', 'loud 2'], ['quiet 0'], ['quiet 1'], ['quiet 2'], ['loud 3', 'loud 4', 'loud 5']],
    );
  });

  test('after a while what comes alone is written at once again', async (t) => {
    const { group, groups, now } = recording();
    const time = new Time(t, now);
    void group.submit({ key: 'loud 1' });
    void group.submit({ key: 'loud 2' });
    await time.pass(0);
    await time.pass(251);
    void group.submit({ key: 'loud 3' });
    await time.pass(0);
    assert.deepEqual(
      groups.map(({ length }) => length),
      [2, 1],
    );
  });

  test('several who flood take turns', async (t) => {
    const { group, groups, now } = recording();
    const time = new Time(t, now);
    const all = ['a', 'b'].flatMap((sender) =>
      Array.from({ length: 14 }, async (_, n) => await group.submit({ key: `${sender} ${n}` })),
    );
    await time.pass(0);
    await Promise.all(all);
    assert.deepEqual(
      groups.map((items) => `${items[0]?.key[0] ?? ''}${items.length}`),
      ['a2', 'b4', 'a8', 'b10', 'a4'],
    );
  });

  test('items of one key never share a transaction, and keep their order', async () => {
    const { group, groups } = recording();
    await Promise.all(['a', 'b', 'a', 'a'].map(async (key) => await group.submit({ key })));
    assert.deepEqual(
      groups.map((items) => items.map(({ key }) => key)),
      [['a', 'b'], ['a'], ['a']],
    );
  });

  test('a rejected group is tried one by one, and only the poison fails', async () => {
    const { group } = recording((items) => {
      if (items.some(({ poison }) => poison)) throw new GraphRejectedError('poison');
    });
    const results = await Promise.allSettled([
      group.submit({ key: 'a' }),
      group.submit({ key: 'bad', poison: true }),
      group.submit({ key: 'c' }),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  test('who asks again for the same while the first is unfinished shares its answer', async () => {
    const groups: string[][] = [];
    const begun = new EventEmitter();
    const group = new GroupCommit<Item, string>({
      keyOf: ({ key }) => key,
      identityOf: ({ key }) => key,
      commit: async (items) => {
        groups.push(items.map(({ key }) => key));
        await new Promise<void>((resolve) => begun.emit('begun', resolve));
        return items.map(({ key }) => `did ${key}`);
      },
    });
    const next = async (): Promise<() => void> => ((await once(begun, 'begun')) as [() => void])[0];
    const [first, finishFirst] = [group.submit({ key: 'a' }), await next()];
    const asked = [group.submit({ key: 'a' }), group.submit({ key: 'b' }), group.submit({ key: 'b' })];
    finishFirst();
    assert.equal(await first, 'did a');
    (await next())();
    assert.deepEqual(await Promise.all(asked), ['did a', 'did b', 'did b']);
    assert.deepEqual(groups, [['a'], ['b']]);
    const later = group.submit({ key: 'a' });
    (await next())();
    assert.equal(await later, 'did a', 'what is finished is done anew');
    assert.equal(groups.length, 3);
  });

  test('a store that is too slow for large groups is given smaller ones, and larger ones when they succeed', async () => {
    let most = 50;
    const { group, groups } = recording((items) => {
      if (items.length > most) throw new GraphUnavailableError('took too long');
    });
    const submitAll = async () =>
      await Promise.allSettled(
        Array.from({ length: 200 }, async (_, index) => await group.submit({ key: `k${index}` })),
      );
    const rejected = (results: PromiseSettledResult<string>[]): number =>
      results.filter(({ status }) => status === 'rejected').length;
    assert.ok(rejected(await submitAll()) > 0);
    const tooLarge = groups.findIndex(({ length }) => length > most);
    const size = groups[tooLarge]?.length ?? 0;
    assert.equal(groups[tooLarge + 1]?.length, Math.floor(size / 4));
    most = 200;
    assert.equal(rejected(await submitAll()), 0);
    await submitAll();
    assert.equal(groups.at(-1)?.length, 200, 'and is back at large ones');
  });

  test('a store that is not available fails the whole group, once', async () => {
    const { group, groups } = recording(() => {
      throw new GraphUnavailableError('down');
    });
    const results = await Promise.allSettled([group.submit({ key: 'a' }), group.submit({ key: 'b' })]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(groups.length, 1);
    await group.idle();
  });
});
