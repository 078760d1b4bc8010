import { commitsScenario, oneLibraryScenario } from './commit-scenarios.ts';
import { listScenario } from './list-scenario.ts';
import { mixedScenario } from './mixed-scenario.ts';
import { nearlyFullScenario } from './nearly-full-scenario.ts';
import { quotaRaceScenario } from './quota-race-scenario.ts';
import { ringScenario } from './ring-scenario.ts';
import type { Scenario } from './scenario.ts';
import { signInScenario } from './sign-in-scenario.ts';
import { downloadScenario, largeFileScenario, uploadScenario } from './upload-scenario.ts';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  uploadScenario,
  downloadScenario,
  largeFileScenario,
  quotaRaceScenario,
  nearlyFullScenario,
  listScenario,
  commitsScenario,
  oneLibraryScenario,
  ringScenario,
  mixedScenario,
  signInScenario,
];
