import { environment } from '../../config/environment.ts';
import { findTemporalBinary } from './find-binary.ts';
import { messageOf } from '../../message-of.ts';

// Sees to it that the `temporal` program is there, and says where: the tests' own first step.
const tell = (sentence: string): unknown => process.stderr.write(`${sentence}\n`);
try {
  tell(`Temporal: ${await findTemporalBinary({ env: environment(), onProgress: tell })}`);
} catch (error) {
  tell(messageOf(error));
  process.exitCode = 69;
}
