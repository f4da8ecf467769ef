// What the endpoints must do with what they are sent.

export const requirements = {
  'FORM-1': 'A form that is malformed, ambiguous or too large is refused.',
  'FORM-2': 'Anything but a form is refused by its content type.',
  'ANSWER-1': 'A refusal says its code, one fixed sentence and the request id.',
  'ANSWER-2': 'A refused assertion has the OAuth error of how it was sent.',
  'ANSWER-3': 'A refused client learns how to authenticate.',
  'ANSWER-4': 'Each refusal has its HTTP status.',
  'ANSWER-5': 'No answer with a token may be cached.',
  'ANSWER-6':
    'An agent is told what of its own request does not fit and by which rule, and never a value, of its own or of the catalog.',
  'ENDPOINT-1': 'An unexpected error is answered without telling it.',
  'ENDPOINT-2': 'One line is logged per request, on every exit.',
  'TOKEN-1': 'Token exchange asks for one task with authorization_details.',
  'TOKEN-2': 'The JWT bearer grant asks for the same.',
  'TOKEN-3': 'A grant id with its handle renews.',
  'TOKEN-4': 'A DPoP proof is checked against method and address.',
  'TOKEN-8': 'Details with a member named twice, at any depth, ask for nothing.',
  'TOKEN-5': 'Bad form parameters get the right OAuth error.',
  'TOKEN-6': 'Bad headers get the right OAuth error.',
  'TOKEN-7': 'Only POST is served.',
  'TEXT-1': 'Words that people read can be seen, all of them, and grow over no others: purposes and reasons.',
} as const;
