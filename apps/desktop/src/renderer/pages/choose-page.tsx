import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { useStatus } from '../connection.tsx';
import { FolderTree } from '../folder-tree.tsx';
import { useWords } from '../words.ts';

/** Which folders of a library are on this device. */
export function ChoosePage() {
  const words = useWords();
  const { roots } = useStatus();
  const { at } = useSearch({ from: '/choose' });
  const root = roots.find(({ path }) => path === at) ?? roots[0];
  const back = (
    <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
      {words('choose.back')}
    </Button>
  );
  return (
    <Page title={words('choose.title')} actions={back}>
      {root === undefined ? (
        <Message title={words('home.none')}>{words('home.noneWhy')}</Message>
      ) : (
        <FolderTree key={root.path} root={root} />
      )}
    </Page>
  );
}
