import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import { textOf } from '../problem';
import type { Session } from '../session';
import { Trans } from './context';
import { useFocusRelay } from './focus';

/** Sign in with an email. What the server says against it stands at the field. */
export function SignIn(props: {
  session: Session;
  expired: boolean;
}): JSX.Element {
  const { session, expired } = props;
  const trans = React.useContext(Trans);
  const [email, setEmail] = React.useState('');
  const [error, setError] = React.useState('');
  const [busy, setBusy] = React.useState(false);
  const errorId = React.useId();
  const fieldId = React.useId();
  const form = React.useRef<HTMLFormElement>(null);
  useFocusRelay(form, 'input');

  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) {
      return;
    }
    if (!email.trim()) {
      setError(trans.__('Please give your email address.'));
      return;
    }
    setBusy(true);
    setError('');
    try {
      await session.signIn(email.trim());
    } catch (reason) {
      setError(textOf(reason));
      setBusy(false);
    }
  };

  return (
    <form
      ref={form}
      className="jp-OmniNotice"
      noValidate
      onSubmit={event => void submit(event)}
    >
      <h2>{trans.__('Sign in to see your runs')}</h2>
      <p role="status">
        {expired
          ? trans.__('Your sign-in has expired. Your runs go on meanwhile.')
          : trans.__(
              'Your institutional email is enough. The first visit makes the account.'
            )}
      </p>
      <label htmlFor={fieldId}>{trans.__('Email')}</label>
      <input
        id={fieldId}
        className="jp-mod-styled"
        type="email"
        name="email"
        autoComplete="email"
        spellCheck={false}
        value={email}
        aria-invalid={error !== ''}
        aria-describedby={error ? errorId : undefined}
        onChange={event => {
          setEmail(event.target.value);
          setError('');
        }}
      />
      {error && (
        <p id={errorId} className="jp-OmniNotice-error" role="alert">
          {error}
        </p>
      )}
      <Button type="submit" className="jp-mod-styled jp-mod-accept">
        {busy ? trans.__('Signing in…') : trans.__('Sign in')}
      </Button>
    </form>
  );
}
