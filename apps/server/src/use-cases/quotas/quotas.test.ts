import { quotasContract } from '../../testing/quotas-contract.ts';
import { makeServerWorld } from '../../testing/server-world.ts';

quotasContract('the store of this run', makeServerWorld);
