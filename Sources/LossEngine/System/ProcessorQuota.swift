#if !hasFeature(Embedded)
  /// The limit that control groups of Linux set to the processor time of a process.
  ///
  /// A container that may use two processors of a machine often sees all of them, and is stopped for a while whenever it
  /// has used up its time.
  package enum ProcessorQuota {
    /// Returns how many processors the control groups of this process allow it to use on average; `nil` without a limit.
    ///
    /// - Parameter text: Returns the text of the file at a path, or `nil` if there is none.
    package static func processors(reading text: (String) -> String?) -> Double? {
      guard let groups = text("/proc/self/cgroup"), let mounts = text("/proc/self/mountinfo") else {
        return nil
      }
      let hierarchies = mounts.split(separator: "\n").compactMap(Hierarchy.init)
      var smallest: Double?
      for line in groups.split(separator: "\n") {
        // hierarchy:controllers:path, where version 2 has no controllers
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { continue }
        let isVersion2 = fields[1].isEmpty
        guard isVersion2 || fields[1].split(separator: ",").contains("cpu"),
          let hierarchy = hierarchies.first(where: { $0.isVersion2 == isVersion2 })
        else { continue }
        // A group has no more than those it is in.
        for folder in hierarchy.folders(ofGroup: fields[2]) {
          guard let quota = isVersion2 ? quota2(in: folder, text) : quota1(in: folder, text) else { continue }
          smallest = min(smallest ?? quota, quota)
        }
      }
      return smallest
    }

    /// cpu.max: the time in each period, or `max`, and the length of the period, both in microseconds.
    private static func quota2(in folder: String, _ text: (String) -> String?) -> Double? {
      guard let words = text(folder + "/cpu.max")?.split(whereSeparator: { $0.isWhitespace }),
        words.count == 2
      else { return nil }
      return ratio(words[0], words[1])
    }

    /// The same in two files, with -1 for no limit.
    private static func quota1(in folder: String, _ text: (String) -> String?) -> Double? {
      guard let time = text(folder + "/cpu.cfs_quota_us"), let period = text(folder + "/cpu.cfs_period_us")
      else { return nil }
      return ratio(time.prefix { !$0.isWhitespace }, period.prefix { !$0.isWhitespace })
    }

    private static func ratio(_ time: Substring, _ period: Substring) -> Double? {
      guard let time = Double(time), let period = Double(period), time > 0, period > 0 else { return nil }
      return time / period
    }

    /// A mounted tree of control groups that limits processor time.
    private struct Hierarchy {
      let isVersion2: Bool
      /// The group that is seen at the mount point.
      let root: Substring
      let mountPoint: Substring

      /// - Parameter line: A line of `mountinfo`, described in proc(5).
      init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        guard let separator = fields.firstIndex(of: "-"), separator >= 6, fields.count >= separator + 4 else {
          return nil
        }
        switch fields[separator + 1] {
        case "cgroup2": isVersion2 = true
        case "cgroup" where fields[separator + 3].split(separator: ",").contains("cpu"): isVersion2 = false
        default: return nil
        }
        (root, mountPoint) = (fields[3], fields[4])
      }

      /// The folders of a group and of those it is in.
      func folders(ofGroup path: Substring) -> [String] {
        var folder = String(mountPoint)
        var folders = [folder]
        for name in names(ofGroup: path) {
          folder += "/" + name
          folders.append(folder)
        }
        return folders
      }

      /// The path of a group below the mount point. A container may be told one of which it sees nothing: then what it sees
      /// at the mount point is its own group.
      private func names(ofGroup path: Substring) -> [Substring] {
        let (names, rootNames) = (path.split(separator: "/"), root.split(separator: "/"))
        guard names.starts(with: rootNames), !names.contains("..") else { return [] }
        return Array(names.dropFirst(rootNames.count))
      }
    }
  }
#endif
