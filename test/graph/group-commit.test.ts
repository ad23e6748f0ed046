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
  const group = new GroupCommit<Item, string>({
    keyOf: ({ key }) => key,
    senderOf: ({ key }) => key.split(' ')[0] ?? '',
    commit: async (items) => {
      groups.push(items);
      fail?.(items);
      await new Promise(setImmediate);
      return items.map(({ key }) => `did ${key}`);
    },
  });
  return { group, groups };
}

/** Lets the writer look so many times whether more has come. */
async function looks(t: TestContext, times: number): Promise<void> {
  for (let look = 0; look < times; look += 1) {
    t.mock.timers.tick(20);
    await new Promise(setImmediate);
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

  test('one who submits a lot is waited for, but not while another waits too', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] }); // by which it waits for more
    const { group, groups } = recording();
    const submit = async (...keys: string[]): Promise<unknown> =>
      await Promise.all(keys.map(async (key) => await group.submit({ key })));
    const first = submit('loud 1');
    await new Promise((resolve) => {
      process.nextTick(resolve);
    });
    await Promise.all([first, submit('loud 2', 'quiet 1')]);
    const alone = [submit('loud 3')];
    await new Promise((resolve) => {
      process.nextTick(resolve);
    });
    alone.push(submit('loud 4'));
    await alone[0];
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    assert.equal(groups.length, 3, 'the fourth waits for more of its sender');
    await looks(t, 5);
    await Promise.all(alone);
    assert.deepEqual(
      groups.map((items) => items.map(({ key }) => key)),
      [['loud 1'], ['loud 2', 'quiet 1'], ['loud 3'], ['loud 4']],
    );
  });

  test('what one submits now and then while transactions follow each other goes together', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { group, groups } = recording();
    const first = group.submit({ key: 'loud 1' });
    await new Promise((resolve) => {
      process.nextTick(resolve);
    });
    const second = group.submit({ key: 'loud 2' });
    await first;
    await looks(t, 4);
    await Promise.all([second, group.submit({ key: 'loud 3' }), looks(t, 1)]);
    assert.deepEqual(
      groups.map((items) => items.map(({ key }) => key)),
      [['loud 1'], ['loud 2', 'loud 3']],
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
