// The values of a question. What the API would refuse for lack of a value is said here.

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { QuestionTold } from '../../api/admin-answers.ts';
import { hashOf, replaceHash } from '../../app/route.ts';

interface FormProps {
  readonly question: QuestionTold;
  /** Values of the address. */
  readonly given: Readonly<Record<string, string>>;
  readonly reload: () => void;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  time: '7d or 2026-11-24T08:00:00Z',
  days: '30',
  values: '{"customer":"cus_12345678"}',
  resource: 'arn:aws:s3:::bucket/key',
  action: 's3:GetObject',
};

/** The form; asking changes the address. */
export function QuestionForm({ question: { name, parameters }, given, reload }: FormProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>(given);
  const [wasTried, setTried] = useState(false);
  const written = (parameter: string) => (values[parameter] ?? '').trim();
  const ask = () => {
    setTried(true);
    if (parameters.some((each) => each.required && written(each.name) === '')) return;
    const told = Object.fromEntries(parameters.map((each) => [each.name, written(each.name)]));
    const hash = hashOf(`/questions/${encodeURIComponent(name)}`, told);
    if (hash === window.location.hash) reload();
    else replaceHash(hash);
  };
  return (
    <Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <SpaceBetween size="m">
          {parameters.map((each) => (
            <FormField
              key={each.name}
              label={each.required ? each.name : `${each.name} (optional)`}
              description={each.sentence}
              errorText={wasTried && each.required && written(each.name) === '' ? 'This is needed.' : ''}
            >
              <Input
                value={values[each.name] ?? ''}
                placeholder={EXAMPLES[each.kind] ?? ''}
                ariaRequired={each.required}
                onChange={({ detail }) => setValues((all) => ({ ...all, [each.name]: detail.value }))}
              />
            </FormField>
          ))}
          <Button variant="primary" formAction="submit">
            Ask
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}
