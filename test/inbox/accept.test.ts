import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asConflict, sha256Hex } from '../../src/delivery.ts';
import { DeliveryTooLargeError, TemporalUnavailableError } from '../../src/errors.ts';
import { acceptThroughInbox } from '../../src/ingress/accept-through-inbox.ts';
import type { Accept } from '../../src/ingress/acceptance.ts';
import { eventually } from '../support/eventually.ts';
import { gateOf, idsOf, lateEngine, openInbox, submissionOf, TakingTemporal } from '../support/inbox.ts';

const stateOf = async (): Promise<undefined> => undefined;

suite('inbox › accepting', () => {
  test('a duplicate that comes during the write is answered when the disk has the first one, and not before', async (t) => {
    const { openEngine, flush } = lateEngine();
    const inbox = await openInbox(t, { openEngine });
    const accept = acceptThroughInbox({ inbox, stateOf });
    const answers: string[] = [];
    const all = Array.from({ length: 10 }, async () =>
      answers.push((await accept(submissionOf('same'))).status),
    );
    await eventually(async () => assert.notEqual(inbox.find('acme', 'same'), undefined));
    assert.deepEqual(answers, []);
    flush();
    await Promise.all(all);
    assert.deepEqual(answers.sort(), ['accepted', ...Array.from({ length: 9 }, () => 'duplicate')]);
    assert.equal(inbox.status().entries, 1);
  });

  test('duplicates of one that could not be written are refused like it, and the next try is accepted', async (t) => {
    const { openEngine, flush } = lateEngine();
    const inbox = await openInbox(t, { openEngine });
    const accept = acceptThroughInbox({ inbox, stateOf });
    const both = await Promise.allSettled([accept(submissionOf('same')), accept(submissionOf('same'))]);
    for (const { status, reason } of both as PromiseRejectedResult[]) {
      assert.deepEqual([status, (reason as { code: string }).code], ['rejected', 'INBOX_UNAVAILABLE']);
    }
    flush();
    assert.equal((await accept(submissionOf('same'))).status, 'accepted');
  });

  test('an earlier id counts, and its body is not compared', async (t) => {
    const inbox = await openInbox(t);
    const accept = acceptThroughInbox({ inbox, stateOf });
    await accept(submissionOf('bucket-1'));
    const { status, deliveryId } = await accept({ ...submissionOf('bucket-2'), earlierIds: ['bucket-1'] });
    assert.deepEqual([status, deliveryId], ['duplicate', 'bucket-1']);
  });

  test('the same id with another body is a delivery of its own, once, while it is written and held and after', async (t) => {
    const inbox = await openInbox(t);
    const accept = acceptThroughInbox({ inbox, stateOf });
    const other = submissionOf('same', 'another body');
    const conflict = `same~${sha256Hex(other.body).slice(0, 8)}`;
    const [first, second] = await Promise.all([accept(submissionOf('same')), accept(other)]);
    assert.deepEqual([first.status, first.deliveryId], ['accepted', 'same']);
    assert.deepEqual([second.status, second.deliveryId], ['accepted', conflict]);
    const again = [await accept(other), await accept(submissionOf('same'))];
    assert.deepEqual(
      again.map(({ status, deliveryId }) => [status, deliveryId]),
      [
        ['duplicate', conflict],
        ['duplicate', 'same'],
      ],
    );
    assert.equal(inbox.status().entries, 2);
  });

  test('what Temporal finds to be a conflict does not make conflicts of those that come again', async (t) => {
    const inbox = await openInbox(t);
    const accept = acceptThroughInbox({ inbox, stateOf });
    const submit: Accept = async ({ delivery }) => {
      const { id: deliveryId } = asConflict(delivery); // Temporal has another body under the id
      return { status: 'accepted', deliveryId, workflowId: `acme:${deliveryId}` };
    };
    const other = submissionOf('same', 'another body');
    assert.equal((await accept(other)).deliveryId, 'same');
    inbox.startForwarding({
      submit,
      runsOf: async () => [],
      stateOf: async () => 'running',
      keepMinutes: 10,
    });
    await eventually(async () => assert.equal(inbox.status().depth, 0));
    assert.equal(inbox.find('acme', 'same'), undefined);
    assert.equal(inbox.find('acme', asConflict(other.delivery).id)?.bodySha256, other.delivery.bodySha256);
    const first = await accept(submissionOf('same'));
    assert.deepEqual([first.status, first.deliveryId], ['accepted', 'same'], 'Temporal will know it');
  });
});

suite('inbox › overflow', () => {
  test('what Temporal takes at once never sees the disk; what it does not take is written', async (t) => {
    const inbox = await openInbox(t);
    const temporal = new TakingTemporal();
    const accept = acceptThroughInbox({ inbox, stateOf, direct: temporal.submit });
    await accept(submissionOf('direct'));
    assert.equal(inbox.status().entries, 0);
    temporal.refuse = () => new TemporalUnavailableError('too late');
    assert.equal((await accept(submissionOf('late'))).status, 'accepted');
    assert.equal(inbox.status().entries, 1);
    temporal.refuse = () => new DeliveryTooLargeError('for ever');
    await assert.rejects(async () => await accept(submissionOf('large')), { code: 'DELIVERY_TOO_LARGE' });
  });

  test('when a hundred starts wait, the next ones are written without asking', async (t) => {
    const inbox = await openInbox(t);
    const temporal = new TakingTemporal();
    const gate = gateOf();
    temporal.before = async () => await gate.opened;
    const accept = acceptThroughInbox({ inbox, stateOf, direct: temporal.submit });
    const ids = idsOf(150);
    const all = ids.map((id) => accept(submissionOf(id)));
    await eventually(async () => assert.equal(inbox.status().depth, 50));
    assert.equal(temporal.underway, 100);
    gate.open();
    const answers = await Promise.all(all);
    assert.ok(answers.every(({ status }) => status === 'accepted'));
    assert.deepEqual(temporal.taken, ids.slice(0, 100));
  });

  test('of the same delivery many times at once one is accepted, also where its start is late and another would not be', async (t) => {
    const inbox = await openInbox(t);
    const temporal = new TakingTemporal();
    const isFirst = [true];
    const direct: Accept = async (submission) => {
      if (isFirst.pop() === true) throw new TemporalUnavailableError('too late');
      return await temporal.submit(submission);
    };
    const accept = acceptThroughInbox({ inbox, stateOf, direct });
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(submissionOf('same'))));
    assert.equal(answers.filter(({ status }) => status === 'accepted').length, 1);
    assert.ok(answers.every(({ workflowId }) => workflowId === 'acme:same'));
    assert.deepEqual(temporal.taken, []);
  });

  test('another body that comes under an id which Temporal is asked to take waits until it is known whose the id is', async (t) => {
    const inbox = await openInbox(t);
    const gate = gateOf();
    const direct: Accept = async () => {
      await gate.opened;
      throw new TemporalUnavailableError('too late');
    };
    const accept = acceptThroughInbox({ inbox, stateOf, direct });
    const other = submissionOf('same', 'another body');
    const both = Promise.all([accept(submissionOf('same')), accept(other)]);
    gate.open();
    const [first, second] = await both;
    assert.deepEqual([first.status, first.deliveryId], ['accepted', 'same']);
    assert.deepEqual([second.status, second.deliveryId], ['accepted', asConflict(other.delivery).id]);
  });

  test('the same delivery twice at once, taken by neither start, is written once', async (t) => {
    const inbox = await openInbox(t);
    const direct: Accept = async () => {
      throw new TemporalUnavailableError('too late');
    };
    const accept = acceptThroughInbox({ inbox, stateOf, direct });
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(submissionOf('same'))));
    assert.equal(answers.filter(({ status }) => status === 'accepted').length, 1);
    assert.equal(inbox.status().bytes, 4096);
  });
});
