import { type Children, message } from '../children.ts';
import type { LoadOrder } from '../load/generator.ts';
import type { LoadResult } from '../load/result.ts';
import type { Load } from './contestant.ts';

export const secret = 'the-secret-of-the-benchmark';

/** Lets a process of its own post the load. */
export function poster(children: Children, url: string): (load: Load) => Promise<LoadResult> {
  return async (load) => {
    const order: LoadOrder = { ...load, url, secret };
    const child = children.fork('load/generator.js', [JSON.stringify(order)]);
    await message(child, 'prepared');
    const result = message<{ result: LoadResult }>(child, 'result');
    child.send({ kind: 'go' });
    return (await result).result;
  };
}
