import LossEngine
import Testing

/// Quotas of processor time, from files as they are on real systems.
struct ProcessorQuotaTests {
  private static let mount2 =
    "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate"
  private static let mount1 = """
    30 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
    31 23 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
    32 23 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:5 - cgroup cgroup rw,cpu,cpuacct
    """

  private func quota(groups: String?, mounts: String?, _ files: [String: String]) -> Double? {
    var files = files
    files["/proc/self/cgroup"] = groups
    files["/proc/self/mountinfo"] = mounts
    return ProcessorQuota.processors { files[$0] }
  }

  @Test func noFilesOrNoLimit() {
    #expect(quota(groups: nil, mounts: nil, [:]) == nil)
    #expect(quota(groups: "0::/\n", mounts: Self.mount2, [:]) == nil)
    #expect(
      quota(groups: "0::/a\n", mounts: Self.mount2, ["/sys/fs/cgroup/a/cpu.max": "max 100000\n"]) == nil)
    #expect(
      quota(
        groups: "4:cpu,cpuacct:/\n", mounts: Self.mount1,
        [
          "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
          "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        ]) == nil)
  }

  /// In a container of its own namespace, the group is at the mount point.
  @Test func version2() {
    #expect(
      quota(groups: "0::/\n", mounts: Self.mount2, ["/sys/fs/cgroup/cpu.max": "150000 100000\n"]) == 1.5)
    #expect(quota(groups: "0::/\n", mounts: Self.mount2, ["/sys/fs/cgroup/cpu.max": "20000 50000"]) == 0.4)
  }

  /// A group has no more than those it is in.
  @Test func theSmallestOfNestedGroups() {
    let files = [
      "/sys/fs/cgroup/user.slice/cpu.max": "200000 100000\n",
      "/sys/fs/cgroup/user.slice/a/cpu.max": "800000 100000\n",
      "/sys/fs/cgroup/user.slice/a/b/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/other/cpu.max": "10000 100000\n",
    ]
    #expect(quota(groups: "0::/user.slice/a/b\n", mounts: Self.mount2, files) == 2)
  }

  @Test func version1() {
    let groups = "5:memory:/docker/f00\n4:cpu,cpuacct:/docker/f00\n3:cpuset:/\n0::/\n"
    let folder = "/sys/fs/cgroup/cpu,cpuacct"
    let files = [
      "\(folder)/docker/f00/cpu.cfs_quota_us": "300000\n",
      "\(folder)/docker/f00/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/docker/f00/cpu.cfs_quota_us": "1\n",
    ]
    #expect(quota(groups: groups, mounts: Self.mount1, files) == 3)
    // With both versions, both limits hold.
    let both = Self.mount1 + "\n" + Self.mount2.replacing("/sys/fs/cgroup", with: "/sys/fs/cgroup/unified")
    #expect(
      quota(
        groups: groups, mounts: both,
        files.merging(["/sys/fs/cgroup/unified/cpu.max": "250000 100000"]) { $1 }) == 2.5)
  }

  /// A container that sees its own group at the mount point, under the path that it has outside.
  @Test func aMountedPartOfTheTree() {
    let mounts =
      "900 880 0:29 /docker/f00 /sys/fs/cgroup/cpu ro,nosuid master:11 - cgroup cgroup rw,cpu,cpuacct\n"
    let files = [
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    ]
    #expect(quota(groups: "4:cpu,cpuacct:/docker/f00\n", mounts: mounts, files) == 0.5)
    #expect(quota(groups: "4:cpu,cpuacct:/elsewhere\n", mounts: mounts, files) == 0.5)
    #expect(quota(groups: "4:cpu,cpuacct:/../f00\n", mounts: mounts, files) == 0.5)
  }

  @Test(arguments: ["", "100000", "x 100000", "100000 0", "-5 100000", "nan 100000", "1 2 3", "\u{0}"])
  func textThatMakesNoSense(_ text: String) {
    #expect(quota(groups: "0::/\n", mounts: Self.mount2, ["/sys/fs/cgroup/cpu.max": text]) == nil)
    #expect(quota(groups: text, mounts: Self.mount2, ["/sys/fs/cgroup/cpu.max": "1 1"]) == nil)
    #expect(quota(groups: "0::/\n", mounts: text, ["/sys/fs/cgroup/cpu.max": "1 1"]) == nil)
  }
}
