import type { NameFault } from '@tidesync/shared/names';
import type { Problem } from '@tidesync/shared/problems';

/**
 * Why one path is not synced now: a value, never an exception; the rest of the root goes on. `tidesync why`
 * shows the code as it stands here, so codes are stable.
 */
export type PathTrouble =
  | { readonly code: 'changing' } // it is being written; taken when quiet
  | { readonly code: 'unreadable' } // no permission to read
  | { readonly code: 'unwritable' } // no permission to write, or a read-only volume
  | { readonly code: 'ioError' } // the disk failed to read or write
  | { readonly code: 'diskFull'; readonly neededBytes: number }
  | { readonly code: 'busy' } // another program holds it
  | { readonly code: 'tooManyOpen' } // the system lets nobody open one more file
  | { readonly code: 'specialFile' } // socket, device, fifo
  | { readonly code: 'notUnicode' } // the name is no UTF-8
  /** The name cannot exist here, or on the server. */
  | { readonly code: 'badName'; readonly fault: NameFault | 'reserved' | 'ownFolder' }
  | { readonly code: 'nameClash'; readonly with: string } // this disk cannot hold both spellings
  | { readonly code: 'occupied' } // something ignored or unsyncable has the name here
  | { readonly code: 'excludedName' } // the server has a folder of that name that is left out on this device
  | { readonly code: 'tooDeep' }
  | { readonly code: 'otherVolume' } // a mount point inside the root
  | { readonly code: 'readOnlyMember' } // a viewer's local change: held, never sent, never overwritten
  | { readonly code: 'tooLarge'; readonly limitBytes: number; readonly sizeBytes: number }
  | { readonly code: 'typeRefused'; readonly allowed: readonly string[] } // the server takes other endings of names
  | { readonly code: 'damaged' } // other bytes than were synced, though nothing shows a change: held, never sent
  | { readonly code: 'contentMissing' } // the server lost the bytes or they fail their hash
  | { readonly code: 'refused'; readonly problem: Problem }; // the server said no

export type TroubleCode = PathTrouble['code'];

/** Someone else was first; the next look shows it. */
export const BUSY: PathTrouble = { code: 'refused', problem: { reason: 'busy' } };

/** What a refusal of the server means for the path it was about. */
export function troubleOfRefusal(problem: Problem): PathTrouble {
  switch (problem.reason) {
    case 'fileTooLarge':
      return { code: 'tooLarge', sizeBytes: problem.sizeBytes, limitBytes: problem.limitBytes };
    case 'fileTypeRefused':
      return { code: 'typeRefused', allowed: problem.allowed };
    default:
      return { code: 'refused', problem };
  }
}
