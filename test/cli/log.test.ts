import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createLogger } from '../../src/log.ts';
import type { Logger, LogSettings } from '../../src/log.ts';

/** A logger, and what it wrote. */
function logger(settings: Partial<LogSettings> = {}): { log: Logger; written: () => string } {
  const stream = new PassThrough();
  const log = createLogger({ level: 'info', format: 'json', ...settings }, stream);
  return { log, written: () => String(stream.read() ?? '') };
}

test('a line is JSON with its time, level, component and fields', () => {
  const { log, written } = logger();
  log.child({ component: 'ingress' }).info({ provider: 'github', milliseconds: 3 }, 'accepted');
  const { time, ...line } = JSON.parse(written()) as { time: string };
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(line, {
    level: 'info',
    component: 'ingress',
    provider: 'github',
    milliseconds: 3,
    msg: 'accepted',
  });
});

test('lines below the level are not written', () => {
  const { log, written } = logger({ level: 'warn' });
  log.info('quiet');
  assert.equal(written(), '');
});

for (const format of ['json', 'pretty'] as const) {
  test(`secrets and bodies are not in a ${format} line, wherever they stand`, () => {
    const { log, written } = logger({ format });
    log.info(
      {
        headers: { authorization: 'hunter1', 'x-signature': 'hunter2', 'x-hub-signature-256': 'hunter3' },
        config: { admin: { token: 'hunter4' }, clickup: { api_token: 'hunter5' } },
        webhook_secret: ['hunter6'],
        body: 'hunter7',
        deliveries: [{ payload: 'hunter8' }],
        kept: 'seen',
      },
      'started',
    );
    const line = written();
    assert.match(line, /seen/);
    assert.doesNotMatch(line, /hunter/);
  });
}

test('an error is told with its message, and without the secrets that it carries', () => {
  const { log, written } = logger();
  const error = Object.assign(new Error('refused'), { token: 'hunter1', headers: { cookie: 'hunter2' } });
  log.warn({ err: error }, 'no answer');
  log.error(error);
  log.warn({ cause: error }, 'no answer');
  const lines = written();
  assert.equal(lines.match(/"message":"refused"/g)?.length, 2);
  assert.doesNotMatch(lines, /hunter/);
});

test('what a child says in each of its lines has no secret', () => {
  const { log, written } = logger();
  const child = log.child({
    component: 'ingress',
    token: 'hunter1',
    server: { headers: { cookie: 'hunter2' } },
  });
  child.info('started');
  child.child({ clickup: { api_token: 'hunter3' } }).info('started');
  const lines = written();
  assert.equal(lines.match(/"token":"\[redacted\]"/g)?.length, 2);
  assert.match(lines, /"api_token":"\[redacted\]"/);
  assert.doesNotMatch(lines, /hunter/);
});

test('what is no error may stand in the place of one', () => {
  const { log, written } = logger();
  for (const err of [null, undefined, 'refused']) log.warn({ err }, 'no answer');
  assert.equal(written().match(/no answer/g)?.length, 3);
});

test('a logged object is left as it was', () => {
  const headers = { authorization: 'a' };
  logger().log.info({ headers }, 'x');
  assert.equal(headers.authorization, 'a');
});

test('auto is JSON where nobody watches', () => {
  const { log, written } = logger({ format: 'auto' });
  log.info('x');
  assert.doesNotThrow(() => JSON.parse(written()) as unknown);
});
