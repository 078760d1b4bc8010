import { AuditPage } from './audit-page.tsx';
import { AdminDevicesPage } from './devices-page.tsx';
import { AdminLibrariesPage } from './libraries-page.tsx';
import { OverviewPage } from './overview-page.tsx';
import { StoragePage } from './storage-page.tsx';
import { UsersPage } from './users-page.tsx';

/** What is loaded together when an administrator opens the first of them. */
export const adminPages = {
  AdminDevicesPage,
  AdminLibrariesPage,
  AuditPage,
  OverviewPage,
  StoragePage,
  UsersPage,
};
export type AdminPageName = keyof typeof adminPages;
