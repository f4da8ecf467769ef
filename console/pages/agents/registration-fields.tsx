// The fields of a registration.

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { KnownNames } from '../../parts/catalog-names.ts';
import { Suggested, type Suggestion } from '../../parts/suggested.tsx';
import { GroupsField } from './groups-field.tsx';
import { type BindingDraft, EMPTY_BINDING, type Problems, type RegistrationDraft } from './registration.ts';

/** What the fields show and change. */
export interface FieldsProps {
  readonly draft: RegistrationDraft;
  readonly onChange: (draft: RegistrationDraft) => void;
  readonly problems: Problems;
  readonly names: KnownNames;
}

type TextMember = Exclude<keyof RegistrationDraft, 'bindings'>;

const FIELDS: readonly {
  readonly name: TextMember;
  readonly label: string;
  readonly description: string;
  readonly isOptional?: boolean;
}[] = [
  { name: 'id', label: 'Name', description: 'Of the agent; nobody else can ever have it.' },
  { name: 'purpose', label: 'Purpose', description: 'What it is for, in a sentence.' },
  {
    name: 'ownerSubject',
    label: 'Owner’s subject',
    description: 'Who answers for it, as the identity provider calls the person.',
  },
  { name: 'ownerName', label: 'Owner’s name', description: 'For people to read.', isOptional: true },
  { name: 'environment', label: 'Environment', description: 'One that the catalog has tasks for.' },
  {
    name: 'groups',
    label: 'Groups',
    description: 'Only those that the catalog marks as assignable; separated by commas where they are typed.',
    isOptional: true,
  },
  {
    name: 'reviewBy',
    label: 'First review by',
    description: 'YYYY-MM-DD; in 90 days when left out.',
    isOptional: true,
  },
];

/** Who and what it is. */
export function IdentityFields({ draft, onChange, problems, names }: FieldsProps) {
  return (
    <Container header={<Header variant="h2">What it is</Header>}>
      <SpaceBetween size="m">
        {FIELDS.map(({ name, label, description, isOptional = false }) => (
          <FormField
            key={name}
            label={isOptional ? `${label} (optional)` : label}
            description={description}
            errorText={problems[name] ?? ''}
          >
            <IdentityField
              name={name}
              value={draft[name]}
              isOptional={isOptional}
              names={names}
              onChange={(value) => onChange({ ...draft, [name]: value })}
            />
          </FormField>
        ))}
      </SpaceBetween>
    </Container>
  );
}

interface IdentityFieldProps {
  readonly name: TextMember;
  readonly value: string;
  readonly isOptional: boolean;
  readonly names: KnownNames;
  readonly onChange: (value: string) => void;
}

function IdentityField({ name, value, isOptional, names, onChange }: IdentityFieldProps) {
  if (name === 'environment')
    return <Suggested value={value} suggestions={names.environments} onChange={onChange} />;
  if (name === 'groups') return <GroupsField value={value} assignable={names.groups} onChange={onChange} />;
  return <Input value={value} ariaRequired={!isOptional} onChange={({ detail }) => onChange(detail.value)} />;
}

/** Which workloads are it. */
export function BindingFields({ draft, onChange, problems, names }: FieldsProps) {
  const { bindings } = draft;
  const set = (at: number, binding: BindingDraft) =>
    onChange({ ...draft, bindings: bindings.with(at, binding) });
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Exact issuer and exact subject; an identity belongs to one agent only, for good."
        >
          Workloads that are this agent
        </Header>
      }
    >
      <SpaceBetween size="l">
        {bindings.map((binding, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be the same while they are typed
          <fieldset key={at} className="plain-fieldset">
            <legend>Workload {at + 1}</legend>
            <Binding
              binding={binding}
              issuers={names.issuers}
              problemOf={(member) => problems[`bindings.${at}.${member}`] ?? ''}
              onChange={(next) => set(at, next)}
            />
            {bindings.length > 1 && (
              <Button
                ariaLabel={`Leave out workload ${at + 1}`}
                onClick={() => onChange({ ...draft, bindings: bindings.toSpliced(at, 1) })}
              >
                Leave out
              </Button>
            )}
          </fieldset>
        ))}
        <Button
          iconName="add-plus"
          onClick={() => onChange({ ...draft, bindings: [...bindings, EMPTY_BINDING] })}
        >
          Another workload
        </Button>
      </SpaceBetween>
    </Container>
  );
}

interface BindingProps {
  readonly binding: BindingDraft;
  readonly issuers: readonly Suggestion[];
  readonly problemOf: (member: keyof BindingDraft) => string;
  readonly onChange: (binding: BindingDraft) => void;
}

/** The fields of one identity. */
export function Binding({ binding, issuers, problemOf, onChange }: BindingProps) {
  return (
    <SpaceBetween size="s">
      <FormField label="Issuer" description="Its URL, as the catalog has it." errorText={problemOf('issuer')}>
        <Suggested
          value={binding.issuer}
          suggestions={issuers}
          placeholder="https://token.actions.githubusercontent.com"
          onChange={(issuer) => onChange({ ...binding, issuer })}
        />
      </FormField>
      <FormField label="Subject" errorText={problemOf('subject')}>
        <Input
          value={binding.subject}
          ariaRequired
          placeholder="repo:acme/billing:ref:refs/heads/main"
          onChange={({ detail }) => onChange({ ...binding, subject: detail.value })}
        />
      </FormField>
      <FormField
        label="Claims that must hold too (optional)"
        description="One “name = value” a line, exactly."
        errorText={problemOf('claims')}
      >
        <Textarea
          value={binding.claims}
          rows={2}
          onChange={({ detail }) => onChange({ ...binding, claims: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}
