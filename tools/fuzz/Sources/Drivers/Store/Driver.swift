import FuzzHarness
import FuzzStore

@_cdecl("LLVMFuzzerInitialize")
public func begin(_: OpaquePointer?, _: OpaquePointer?) -> CInt {
    FuzzDriver.sweep { name, step in
        guard let kind = StoreSweep.Kind(rawValue: name) else { return (["no such sweep"], false) }
        let counts = try StoreSweep().run(kind, step: step)
        return (counts.silent.prefix(20) + [counts.json], counts.silent.isEmpty)
    }
    FuzzDriver.begin(FuzzStoreTargets.all)
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzDriver.run(bytes, count)
}
