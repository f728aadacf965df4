package main

// A splitMix is a stream of random numbers that is the same in every language;
// its value is the seed. https://prng.di.unimi.it/splitmix64.c
type splitMix uint64

// below is the next number, from 0 to n-1.
func (s *splitMix) below(n int) int {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}
