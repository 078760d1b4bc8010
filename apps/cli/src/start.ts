import { keepCompiledCode } from './compiled-code.ts';

keepCompiledCode();
const { runNpmStart } = await import('./compose-npm-start.ts');
await runNpmStart();
