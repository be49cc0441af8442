import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { TimeSlider } from './TimeSlider'

const MOMENTS = [{ at: '2026-01-01T00:00:00Z', label: 'first seen' }, { at: '2026-01-02T00:00:00Z', label: 'openssl changed' }, { at: '2026-01-05T00:00:00Z', label: 'now' }]
const slider = () => screen.getByRole('slider', { name: 'Moment' }) as HTMLInputElement

test('it stops at moments only, says each in words, and tells which one was chosen', () => {
  const onChange = vi.fn()
  render(<TimeSlider label="Moment" moments={MOMENTS} value={1} onChange={onChange} />)
  expect([slider().min, slider().max, slider().value]).toEqual(['0', '2', '1'])
  expect(slider().getAttribute('aria-valuetext')).toMatch(/^2026-01-02 .*: openssl changed$/)
  expect(screen.getByText(/moment 2 of 3/)).toBeTruthy()
  fireEvent.change(slider(), { target: { value: '2' } })
  expect(onChange).toHaveBeenCalledWith(2)
})

test('one moment alone is nothing to choose from', () => {
  render(<TimeSlider label="Moment" moments={MOMENTS.slice(0, 1)} value={0} onChange={() => {}} />)
  expect(slider().disabled).toBe(true)
  expect(screen.queryByText(/moment 1 of/)).toBeNull()
})
