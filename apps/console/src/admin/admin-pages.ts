import { AuditPage } from './audit-page.tsx';
import { AdminLibrariesPage } from './libraries-page.tsx';
import { UsersPage } from './users-page.tsx';

/** What is loaded together when an administrator opens the first of them. */
const pages = { AdminLibrariesPage, AuditPage, UsersPage };
export type AdminPageName = keyof typeof pages;

export { AdminLibrariesPage, AuditPage, UsersPage };
