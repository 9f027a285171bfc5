import React from 'react';

import type { RunDetailsModel } from '../details';
import { size } from '../size';
import type { IUpload } from '../types';
import { Trans } from './context';
import { Ago } from './times';
import { TryAgain } from './tryAgain';

/** The files that were brought to S3 for a run; nothing where there are none. */
export function RunUploads(props: {
  details: RunDetailsModel;
}): JSX.Element | null {
  const { details } = props;
  const { run } = details;
  const trans = React.useContext(Trans);
  const [uploads, setUploads] = React.useState<readonly IUpload[]>([]);
  const [error, setError] = React.useState('');
  const [tries, setTries] = React.useState(0);
  React.useEffect(() => {
    let isWanted = true;
    setError('');
    details.uploads().then(
      found => isWanted && setUploads(found),
      (reason: unknown) => isWanted && setError(details.told(reason))
    );
    return () => {
      isWanted = false;
    };
    // They arrive before its job starts.
  }, [details, run.status, tries]);
  if (error) {
    return <TryAgain error={error} onClick={() => setTries(tries + 1)} />;
  }
  return uploads.length === 0 ? null : (
    <section className="jp-OmniUploaded">
      <h3>{trans.__('Brought to S3')}</h3>
      <ul>
        {uploads.map(each => (
          <li key={each.upload_id} title={each.uri}>
            <span>{each.filename}</span>
            <span>{size(each.size_bytes, trans)}</span>
            <Ago stamp={each.uploaded_at} />
          </li>
        ))}
      </ul>
    </section>
  );
}
