//go:build !linux

package heap

// large does nothing: other systems choose the size of pages themselves.
func large([]byte) {}
