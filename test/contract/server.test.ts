import { serverContract } from '@tidesync/engine/testing/server-contract';
import { limits } from '@tidesync/shared/limits';
import { startServerWorld } from './server-world.ts';

serverContract('the real server', async () => {
  const world = await startServerWorld(limits.quotaBytesDefault);
  const revoke = async () => {
    const { devices } = await world.api.call('devices.list');
    const own = devices.find(({ current }) => current);
    if (own === undefined) throw new Error('the device is on its own list');
    await world.api.call('devices.revoke', { deviceId: own.deviceId });
  };
  return { ...world, revoke };
});
