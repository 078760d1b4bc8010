#!/usr/bin/env node
import { keepCompiledCode } from './compiled-code.ts';

keepCompiledCode();
const { runMain } = await import('./compose-cli.ts');
await runMain();
