import type { DataConverter } from '@temporalio/common';
import { bodyCodec } from './body-codec.ts';

/** What client and worker share. A mutable array, because the SDK's type asks for one. */
export const dataConverter: DataConverter = { payloadCodecs: [bodyCodec] };
