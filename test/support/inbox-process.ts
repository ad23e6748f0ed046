import { InboxStore } from '../../src/ingress/inbox/store.ts';
import { WebhookError } from '../../src/errors.ts';
import { roomy, submissionOf } from './inbox.ts';

/**
 * A process of its own with an inbox: `writes` until it is killed, and says each id that it may acknowledge; `obeys` the
 * words on its input: `add <id> <bytes>` is answered with how that went, `remove <place>` makes room.
 */
const [how = '', path = '', name = ''] = process.argv.slice(2);
const store = await InboxStore.open({ path, maxBytes: roomy });
for (const entry of store.load()) void entry;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

if (how === 'writes') {
  const write = async (writer: number): Promise<never> => {
    for (let count = 0; ; count += 1) {
      const id = `${name}-${writer}-${count}`;
      await store.append(submissionOf(id, id.repeat(1 + (count % 700))));
      say(id);
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
}

async function obey(line: string): Promise<string> {
  const [what, subject = '', bytes = '0'] = line.split(' ');
  try {
    if (what === 'remove') {
      await store.remove([Number(subject)]);
      return 'removed';
    }
    return `took ${await store.append(submissionOf(subject, 'x'.repeat(Number(bytes))))}`;
  } catch (error) {
    return error instanceof WebhookError ? error.code : String(error);
  }
}

say('ready');
let input = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) {
  input += String(chunk);
  const lines = input.split('\n');
  input = lines.pop() ?? '';
  for (const line of lines) say(await obey(line));
}
await store.close();
