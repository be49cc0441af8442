import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const fetchBan = {
  selector: "CallExpression[callee.name='fetch'], NewExpression[callee.name='XMLHttpRequest']",
  message: 'Only app/api/client.ts talks to the server: use useApi, useList or useSend.',
}
const linkBan = {
  selector: "JSXOpeningElement[name.name='a'] > JSXAttribute[name.name='href']",
  message: 'Use <Link to={path.…()}> with app/util/path-builder.ts.',
}
/** Wherever an address can be written: attributes, calls that go somewhere, and texts put together. */
const PATHS = [
  'JSXAttribute[name.name=/^(to|href)$/] > Literal',
  'JSXAttribute[name.name=/^(to|href)$/] > JSXExpressionContainer > Literal',
  'JSXAttribute[name.name=/^(to|href)$/] TemplateLiteral',
  'CallExpression[callee.name=/^(go|navigate|redirect)$/] > Literal',
  'CallExpression[callee.name=/^(go|navigate|redirect)$/] > TemplateLiteral',
  'CallExpression[callee.property.name=/^(push|replace|assign|navigate)$/] > Literal[value=/^\\u002F/]',
  "CallExpression[callee.name=/^(navigate|redirect)$/] Property[key.name='to'] > Literal[value=/^\\u002F/]",
  'TemplateLiteral > TemplateElement:first-child[value.raw=/^\\u002F[a-z]/]',
]
const pathBan = PATHS.map((selector) => ({ selector, message: 'Paths are written in app/util/path-builder.ts only.' }))
const styleBan = {
  selector: "JSXOpeningElement[name.name='style'], JSXAttribute[name.name='dangerouslySetInnerHTML']",
  message: 'The content security policy forbids injected styles, and names come from strangers.',
}

export default tseslint.config(
  { ignores: ['dist', 'app/api/generated', 'node_modules', 'test-results', 'playwright-report'] },
  ...tseslint.configs.strict,
  hooks.configs.flat['recommended-latest'],
  {
    rules: {
      'no-restricted-syntax': ['error', fetchBan, linkBan, ...pathBan, styleBan],
      'react-hooks/incompatible-library': 'off',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  { files: ['app/api/client.ts', 'app/ui/Link.tsx', 'app/util/path-builder.ts', '**/*.test.{ts,tsx}', 'test/**'], rules: { 'no-restricted-syntax': 'off' } },
  // Playwright's fixtures hand over by a function called `use`.
  { files: ['test/**'], rules: { 'react-hooks/rules-of-hooks': 'off', 'no-empty-pattern': 'off' } },
)
