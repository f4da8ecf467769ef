// What stock AWS clients may rely on.

export const requirements = {
  'CLIENTS-1': 'boto3 through exec works on past its leases at few broker calls.',
  'CLIENTS-2': 'boto3 through serve works on past its leases at few broker calls.',
  'CLIENTS-3': 'The AWS CLI by credential_process shares one lease among commands.',
} as const;
