import { transferContract } from '@tidesync/engine/testing/transfer-contract';
import { startServerWorld } from './server-world.ts';

transferContract('the real server', startServerWorld);
