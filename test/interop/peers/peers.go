//go:build peers

// Package peers names the programs that the interop suite builds and compares with.
package peers

import _ "github.com/kitops-ml/kitops"
