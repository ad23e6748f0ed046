import type { ChildProcess } from 'node:child_process';
import { message } from '../children.ts';
import type { PipelineOrder } from '../pipelines/pipeline.ts';
import type { Place } from './contestant.ts';
import { secret } from './posting.ts';

/** Starts one of the programs in pipelines/, ready to take events. */
export async function startPipeline(
  name: string,
  { folder, children, nodeArgs }: Place,
  order: Omit<PipelineOrder, 'folder' | 'secret'>,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const whole: PipelineOrder = { ...order, folder, secret };
  const child = children.fork(`pipelines/${name}.js`, [JSON.stringify(whole)], {
    cwd: folder,
    execArgv: [...nodeArgs],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // the SDK's default logger tells of every worker
  });
  const { url } = await message<{ url: string }>(child, 'ready');
  return { child, url };
}

export async function ask<T>(child: ChildProcess, kind: 'progress' | 'graph'): Promise<T> {
  const answered = message<{ answer: T }>(child, kind);
  child.send({ kind });
  return (await answered).answer;
}
