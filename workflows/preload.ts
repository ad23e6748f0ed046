import './index.ts';

/*
 * What the build lets each sandbox load once, before its first workflow, and share: no module here keeps anything of a
 * workflow. The sandbox notes a stack trace for every promise, through the source map; some frames tell where an error
 * is from, more cost a fifth of what a workflow costs there.
 */
Error.stackTraceLimit = 4;
