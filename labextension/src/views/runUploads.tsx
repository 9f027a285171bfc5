import React from 'react';

import type { RunDetailsModel } from '../details';
import { size } from '../size';
import type { IUpload } from '../types';
import { Trans } from './context';
import { Ago } from './times';

/** The files that were brought to S3 for a run; nothing where there are none. */
export function RunUploads(props: {
  details: RunDetailsModel;
}): JSX.Element | null {
  const { details } = props;
  const { run } = details;
  const trans = React.useContext(Trans);
  const [uploads, setUploads] = React.useState<readonly IUpload[]>([]);
  const [error, setError] = React.useState('');
  React.useEffect(() => {
    let isWanted = true;
    details.uploads().then(
      found => isWanted && setUploads(found),
      (reason: unknown) => isWanted && setError(details.told(reason))
    );
    return () => {
      isWanted = false;
    };
    // They arrive before its job starts.
  }, [details, run.status]);
  if (error) {
    return (
      <p className="jp-OmniNotice-error" role="alert">
        {error}
      </p>
    );
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
