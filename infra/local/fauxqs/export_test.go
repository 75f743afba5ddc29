package fauxqs

// Pid is the number of the server's process.
func (s *Server) Pid() int { return s.process.Process.Pid }
