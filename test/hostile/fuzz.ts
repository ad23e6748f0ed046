import process from 'node:process';
import { parseArgs } from 'node:util';
import { runFuzz } from './fuzz-run.ts';

const usage = `Sends fuzzed requests to the whole ingress over real HTTP.

  node dist/test/hostile/fuzz.js [--runs N] [--seed N]

  --runs N   how many requests (default: 20000)
  --seed N   to see the requests of an earlier run again; each run prints its own

Ends with 0 where no answer was a 5xx and nothing crashed, else with 1 and the request that did it.
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help === true) {
  process.stdout.write(usage);
} else {
  const result = await runFuzz({
    runs: Number(values.runs),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    onProgress: (done) => process.stderr.write(`${done} of ${values.runs} requests\n`),
  });
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
