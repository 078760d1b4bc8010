import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { AddFolderForm } from '../add-folder-form.tsx';
import { useWords } from '../words.ts';

export function AddFolderPage() {
  const words = useWords();
  const navigate = useNavigate();
  return (
    <Page title={words('add.title')}>
      <div className="ts-column">
        <AddFolderForm
          onAdded={() => void navigate({ to: '/' })}
          other={
            <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
              {words('add.cancel')}
            </Button>
          }
        />
      </div>
    </Page>
  );
}
