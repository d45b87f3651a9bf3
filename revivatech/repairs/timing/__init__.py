"""Time on the job: a clock a person starts and stops, minutes by stage and technician, corrections with their reason."""
