//go:build peers

// Package modctl names the program that the benchmark compares with.
package modctl

import _ "github.com/modelpack/modctl"
