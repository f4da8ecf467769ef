// Confirms a review until a day of the reviewer's choice, at most 90 days ahead.

import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { offerOf } from '../../acts/offers.ts';
import { serverNow } from '../../parts/clock.ts';

/** The API's own limit. */
const LONGEST_DAYS = 90;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface ConfirmProps {
  readonly agent: string;
  /** Of the review as the page shows it. */
  readonly reviewDigest: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The dialog. */
export function ConfirmDialog({ agent, reviewDigest, onClose, onDone }: ConfirmProps) {
  const last = dayAfter(LONGEST_DAYS);
  const [reviewBy, setReviewBy] = useState(last);
  const [wasTried, setTried] = useState(false);
  const day = reviewBy.trim();
  const problem = isBetween(day, last) ? '' : `A day (YYYY-MM-DD) from today to ${last}.`;
  return (
    <ActDialog
      offer={offerOf('review.confirm', agent)}
      details={{ reviewBy: day, reviewDigest }}
      lacks={problem !== ''}
      onTry={() => setTried(true)}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Next review by" errorText={wasTried ? problem : ''}>
        <Input
          value={reviewBy}
          placeholder="YYYY-MM-DD"
          onChange={({ detail }) => setReviewBy(detail.value)}
        />
      </FormField>
    </ActDialog>
  );
}

function isBetween(day: string, last: string): boolean {
  return DAY.test(day) && !Number.isNaN(Date.parse(day)) && day >= dayAfter(0) && day <= last;
}

function dayAfter(days: number): string {
  return new Date(serverNow() + days * DAY_MS).toISOString().slice(0, 10);
}
