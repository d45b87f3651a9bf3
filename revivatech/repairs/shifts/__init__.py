"""The note one shift leaves for the next: what is open, what was promised, which clocks run; read and acknowledged."""
