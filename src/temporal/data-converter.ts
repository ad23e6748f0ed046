import { type DataConverter, ExternalStorage } from '@temporalio/common';
import { bodyCodec } from './body-codec.ts';
import type { BodyStore } from './body-store.ts';

/** Of a payload as it would travel. Temporal refuses 2 MB, and a history of many large ones is slow to show. */
const externalThresholdBytes = 256 * 1024;

/**
 * What client and worker share: bodies are readable in the Temporal UI while they are small, compressed when larger, and
 * beyond that kept in a folder of which both read. The lists are mutable because the SDK's types ask for it.
 */
export function createDataConverter(bodies: BodyStore): DataConverter {
  return {
    payloadCodecs: [bodyCodec],
    externalStorage: new ExternalStorage({
      drivers: [bodies],
      payloadSizeThreshold: externalThresholdBytes,
    }),
  };
}
