#define _GNU_SOURCE
#include "CLimits.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int limits_settle(const char *path) {
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0) return -1;
  int answer = fsync(descriptor);
#ifdef POSIX_FADV_DONTNEED
  if (answer == 0) answer = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) ? -1 : 0;
#endif
  enum { size = 1 << 18 };
  void *buffer = malloc(size);
  if (!buffer || limits_read(descriptor, buffer, size) < 0) answer = -1;
  free(buffer);
  close(descriptor);
  return answer;
}

int limits_start(char *const arguments[], int output) {
  posix_spawn_file_actions_t actions;
  pid_t process;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  int number = posix_spawnp(&process, arguments[0], &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return number == 0 ? process : -1;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + time.tv_usec / 1e6; }

struct limits_cost limits_wait(int process) {
  struct rusage usage;
  int status;
  struct limits_cost cost = {0, 0, 0, -1};
  if (wait4(process, &status, 0, &usage) != process) return cost;
  cost.user = seconds(usage.ru_utime);
  cost.system = seconds(usage.ru_stime);
#ifdef __APPLE__
  cost.resident = usage.ru_maxrss;
#else
  cost.resident = (int64_t)usage.ru_maxrss * 1024;
#endif
  if (WIFEXITED(status)) cost.status = WEXITSTATUS(status);
  return cost;
}
