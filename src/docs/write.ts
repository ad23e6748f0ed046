import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { discoverProviders } from '../providers/registry.ts';
import { generatedFiles } from './generated.ts';

// `npm run docs`: brings the example configuration and the tables of the README up to date.
const { providers } = await discoverProviders([fileURLToPath(new URL('../providers/', import.meta.url))]);
for (const { file, text } of await generatedFiles(providers)) await writeFile(file, text);
