import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where the build leaves the workflows, bundled once: a worker that bundles at its start takes five times as long. */
export const bundlePath = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));

export async function buildBundle(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: pathOf('index'),
    preloadModules: [pathOf('preload')],
    logger: silent,
  });
  await writeFile(bundlePath, code);
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(`../../workflows/${module}.js`, import.meta.url));
}

/** The bundler tells of its size and time; the build says what matters itself. */
const ignore = (): void => undefined;
const silent = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundle();
