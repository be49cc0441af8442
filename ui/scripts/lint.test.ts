import { ESLint } from 'eslint'
import { expect, test } from 'vitest'

const eslint = new ESLint({ overrideConfig: { rules: { '@typescript-eslint/no-unused-expressions': 'off' } } })

/** Which of these lines, as a part of a page, lint takes for an address written by hand. */
async function refused(lines: string[]): Promise<string[]> {
  const results = await Promise.all(lines.map((line) => eslint.lintText(line, { filePath: 'app/pages/Probe.tsx' })))
  return lines.filter((_, i) => results[i]?.[0]?.messages.some(({ message }) => /path-builder/.test(message)))
}

test('an address is written by hand nowhere but in the path builder', async () => {
  const byHand = [
    '<Link to="/fleet" />', "<Link to={'/fleet'} />", '<Link to={`/fleet/${id}`} />', '<a href={there} />', '<Card href="/fleet" />', '<Card href={`${base}/fleet`} />',
    "go('/fleet')", 'go(`/fleet/${id}`)', "navigate({ to: '/fleet' })", "router.history.push('/fleet')", "location.assign('/fleet')", 'const there = `/fleet/${id}`',
  ]
  expect(await refused(byHand)).toEqual(byHand)
  expect(await refused(['<Link to={path.fleet()} />', 'go(path.asset(id))', "navigate({ to: '.' })", "text.replace('a', 'b')", "useApi('/api/v1/assets')", 'const words = `${n} of ${all}`'])).toEqual([])
}, 60_000)
